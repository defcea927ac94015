"""Every GraphQL document we send to Expo, each checked against the vendor's schema in tests/contracts.

Constants only. What a mutation answers is kept to what we need: an error of a field we do not would make a
change that was made look refused. Names that begin with ``_`` are fragments, sent with others only.
"""

_UPDATE = """
fragment Part on Update {
  id group message createdAt platform gitCommitHash environment
  isRollBackToEmbedded rolloutPercentage
  rolloutControlUpdate { id group }
  runtime { version }
  branch { id name }
  fingerprint { hash }
}
"""

_BUILD = """
fragment Made on Build {
  id platform status createdAt gitCommitHash appVersion appBuildVersion buildProfile message
  runtime { version }
  fingerprint { hash }
  queuePosition estimatedWaitTimeLeftSeconds
  artifacts { applicationArchiveUrl }
  error { errorCode message }
  app { slug ownerAccount { name } }
}
"""

_SUBMISSION = """
fragment Handed on Submission {
  id platform status createdAt
  submittedBuild { id }
  error { errorCode message }
  app { slug ownerAccount { name } }
}
"""

WHO = """
query whoami {
  meActor { __typename displayName accounts { name } }
}
"""

PROJECT = """
query project($project: String!) {
  app { byId(appId: $project) { id fullName } }
}
"""

BRANCH = """
query branch($project: String!, $name: String!) {
  app { byId(appId: $project) { updateBranchByName(name: $name) { id } } }
}
"""

CHANNEL = """
query channel($project: String!, $name: String!, $limit: Int!) {
  app {
    byId(appId: $project) {
      updateChannelByName(name: $name) {
        id name isPaused branchMapping
        updateBranches(limit: $limit, offset: 0) { id name }
      }
    }
  }
}
"""

GROUPS = (
    """
query groups($project: String!, $branch: String!, $limit: Int!, $filter: UpdatesFilter) {
  app {
    byId(appId: $project) {
      updateBranchByName(name: $branch) {
        updateGroups(limit: $limit, offset: 0, filter: $filter) { ...Part }
      }
    }
  }
}
"""
    + _UPDATE
)

GROUP = (
    """
query group($group: ID!) {
  updatesByGroup(group: $group) { ...Part manifestFragment }
}
"""
    + _UPDATE
)

ORIGINAL = """
query original($group: ID!) {
  updatesByGroup(group: $group) {
    platform manifestFragment gitCommitHash isGitWorkingTreeDirty environment isRollBackToEmbedded
    manifestHostOverride assetHostOverride
    runtime { version }
    codeSigningInfo { keyid }
    fingerprint { hash source { type bucketKey isDebugFingerprint } }
  }
}
"""

SET_PERCENT = """
mutation setPercent($update: ID!, $percent: Int!) {
  update { setRolloutPercentage(updateId: $update, percentage: $percent) { id rolloutPercentage } }
}
"""

DELETE_GROUP = """
mutation deleteGroup($group: ID!) {
  update { scheduleUpdateGroupDeletion(group: $group) { id } }
}
"""

JOB = """
query job($job: ID!) {
  backgroundJobReceipt { byId(id: $job) { id state willRetry errorMessage } }
}
"""

PUBLISH = """
mutation publish($input: [PublishUpdateGroupInput!]!) {
  updateBranch { publishUpdateGroups(publishUpdateGroupsInput: $input) { id group } }
}
"""

BUILDS = (
    """
query builds($project: String!, $limit: Int!, $filter: BuildFilter) {
  app { byId(appId: $project) { builds(limit: $limit, offset: 0, filter: $filter) { ...Made } } }
}
"""
    + _BUILD
)

BUILD = (
    """
query build($build: ID!) {
  builds { byId(buildId: $build) { ...Made } }
}
"""
    + _BUILD
)

CANCEL_BUILD = """
mutation cancelBuild($build: ID!) {
  build { cancelBuild(buildId: $build) { id } }
}
"""

SUBMISSIONS = (
    """
query submissions($project: String!, $limit: Int!, $filter: SubmissionFilter!) {
  app { byId(appId: $project) { submissions(limit: $limit, offset: 0, filter: $filter) { ...Handed } } }
}
"""
    + _SUBMISSION
)

SUBMISSION = (
    """
query submission($submission: ID!) {
  submissions { byId(submissionId: $submission) { ...Handed } }
}
"""
    + _SUBMISSION
)
