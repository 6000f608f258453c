"""A number as it is dialled from here by the trunk."""

HOME = "+49"
"""The country code of this house."""


def dialled(number: str) -> str:
    """`+49211555` as `0211555`, `+43155` as `0043155`; without a plus it is dialled as it stands."""
    if number.startswith(HOME):
        return f"0{number.removeprefix(HOME)}"
    return f"00{number[1:]}" if number.startswith("+") else number
