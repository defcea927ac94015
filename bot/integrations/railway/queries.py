"""Every GraphQL document we send to Railway, each checked against the vendor's schema in tests/contracts.

Constants only. Two traps of the vendor's own docs are avoided: ``deploymentRollback`` returns a Boolean (no
selection), and ``status`` filters by ``in`` / ``notIn`` only.
"""

PLATFORM = """
query platform {
  platformStatus {
    isStable
    incident { message status url }
    maintenance { message status url }
  }
}
"""

DEPLOYMENTS = """
query deployments($input: DeploymentListInput!, $first: Int!) {
  deployments(input: $input, first: $first) {
    edges { node { id status createdAt statusUpdatedAt canRollback meta } }
  }
}
"""

DEPLOYMENT = """
query deployment($id: String!) {
  deployment(id: $id) { id status createdAt statusUpdatedAt meta }
}
"""

EVENTS = """
query deploymentEvents($id: String!, $first: Int!) {
  deploymentEvents(id: $id, first: $first) {
    edges { node { step createdAt completedAt payload { error reason skipped detail } } }
  }
}
"""

DEPLOY = """
mutation deploy($serviceId: String!, $environmentId: String!, $commitSha: String!) {
  serviceInstanceDeployV2(serviceId: $serviceId, environmentId: $environmentId, commitSha: $commitSha)
}
"""

CAN_ROLL_BACK = """
query canRollback($id: String!) {
  deployment(id: $id) { canRollback environmentId serviceId }
}
"""

ROLL_BACK = """
mutation rollback($id: String!) {
  deploymentRollback(id: $id)
}
"""

AUTO_DEPLOY = """
query autoDeploy($project: String!, $environment: String!, $service: String!) {
  serviceInstanceAutoDeployStatus(projectId: $project, environmentId: $environment, serviceId: $service) {
    enabled
  }
}
"""

SET_AUTO_DEPLOY = """
mutation setAutoDeploy($input: ServiceInstanceAutoDeployUpdateInput!) {
  serviceInstanceAutoDeployUpdate(input: $input) { enabled }
}
"""

INSTANCES = """
query instances($service: String!, $environment: String!) {
  serviceInstance(serviceId: $service, environmentId: $environment) {
    numReplicas
    activeDeployments { status instances { status } }
  }
}
"""

CANCEL = """
mutation cancel($id: String!) {
  deploymentCancel(id: $id)
}
"""

DEPLOYMENT_LOGS = """
query deploymentLogs($id: String!, $limit: Int!) {
  deploymentLogs(deploymentId: $id, limit: $limit) { timestamp message }
}
"""

BUILD_LOGS = """
query buildLogs($id: String!, $limit: Int!) {
  buildLogs(deploymentId: $id, limit: $limit) { timestamp message }
}
"""

WHO_PROJECT = """
query projectToken {
  projectToken { project { name } environment { name } }
}
"""

WHO_WORKSPACE = """
query apiToken {
  apiToken { workspaces { name } }
}
"""
