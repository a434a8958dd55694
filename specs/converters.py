"""The parts of addresses that the demand has of its own, registered once for all its rooms."""

from django.urls import register_converter


class VersionNumber:
    """A version number in an address: up to four numbers with points between."""

    regex = r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}"

    def to_python(self, value: str) -> str:
        """Keep the text."""
        return value

    def to_url(self, value: str) -> str:
        """Keep the text."""
        return value


class RequirementKey(VersionNumber):
    """A requirement's key in an address."""

    regex = r"[FPNI][0-9A-Za-z][0-9A-Za-z._-]{0,38}"


register_converter(VersionNumber, "version_number")
register_converter(RequirementKey, "requirement_key")
