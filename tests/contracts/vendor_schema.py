"""Whether a simulator's schema is a part of its vendor's: names, types, arguments, enum values."""

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
)


def differences(ours: GraphQLNamedType, theirs: GraphQLNamedType) -> list[str]:
    """Say where ``ours`` is not a part of ``theirs``."""
    if type(ours) is not type(theirs):
        return [f"{ours.name} is a {type(ours).__name__}, the vendor's a {type(theirs).__name__}"]
    match ours:
        case GraphQLScalarType():
            return []
        case GraphQLEnumType():
            # All values, not some: a simulator that could not give one could not be tested for it.
            return [f"{ours.name}: {value}" for value in set(ours.values) ^ set(theirs.values)]
        case GraphQLInputObjectType():
            return [line for name in ours.fields for line in field_differences(ours, theirs, name)]
        case GraphQLObjectType() | GraphQLInterfaceType():
            kinds = {one.name for one in ours.interfaces} - {one.name for one in theirs.interfaces}
            return [f"{ours.name} is no {kind} at the vendor's" for kind in sorted(kinds)] + [
                line for name in ours.fields for line in field_differences(ours, theirs, name)
            ]
        case _:
            return [f"{ours.name}: a kind of type this test does not compare"]


def field_differences(ours, theirs, name: str) -> list[str]:
    """Say where one field is not as the vendor has it."""
    where = f"{ours.name}.{name}"
    if name not in theirs.fields:
        return [f"{where} is not the vendor's"]
    mine, real = ours.fields[name], theirs.fields[name]
    said = [] if str(mine.type) == str(real.type) else [f"{where} is {mine.type}, the vendor's {real.type}"]
    args, real_args = getattr(mine, "args", {}), getattr(real, "args", {})
    for arg, given in args.items():
        if arg not in real_args:
            said.append(f"{where}({arg}) is not the vendor's")
        elif str(given.type) != str(real_args[arg].type):
            said.append(f"{where}({arg}) is {given.type}, the vendor's {real_args[arg].type}")
    said += [
        f"{where}({arg}) is demanded by the vendor"
        for arg, given in real_args.items()
        if arg not in args and str(given.type).endswith("!")
    ]
    return said
