"""Reads a simulated GraphQL API's schema, and what it is asked, once: clients ask the same few things again.

Knows syntax and schemas. Must not know what any of it means.
"""

from functools import cache

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    build_schema,
    parse,
    validate,
)

read_schema = cache(build_schema)


@cache
def read_query(schema: GraphQLSchema, query: str) -> DocumentNode | tuple[GraphQLError, ...]:
    """Return what ``query`` asks of ``schema``, or everything that is wrong with it."""
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        return (error,)
    return tuple(validate(schema, document)) or document
