"""Events, one file each. None yet: approvals by reaction come with production, in the next version."""
