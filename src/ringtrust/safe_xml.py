"""XML from a network or a file of somebody else: read without entities, without external access, within bounds."""

from typing import Final

from lxml import etree

from ringtrust.errors import FormatError

_BYTES_AT_MOST: Final = 64 * 1024 * 1024


def read_xml(data: bytes) -> etree._Element:
    """The root of a document. Raises FormatError, also for a document type, which nobody here has a use for."""
    if len(data) > _BYTES_AT_MOST:
        raise FormatError(f"{len(data):,} bytes are more XML than is read here", _BYTES_AT_MOST)
    # A comment in the middle of a text would end it early.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FormatError("This is no well-formed XML", 0) from error
    document_type: object = root.getroottree().docinfo.internalDTD
    if document_type is not None:
        raise FormatError("The XML has a document type, which could hide anything", 0)
    return root


def local_name(element: etree._Element) -> str:
    """The name without its namespace; empty for comments and instructions of documents that were read elsewhere."""
    name: object = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of this name, in whichever namespace."""
    return [child for child in element if local_name(child) == name]


def first(element: etree._Element, *path: str) -> etree._Element | None:
    """The first descendant along a path of names, in whichever namespace; None where the path ends."""
    found: etree._Element | None = element
    for name in path:
        found = next(iter(children(found, name)), None) if found is not None else None
    return found


def text(element: etree._Element | None, *path: str) -> str:
    """The text at the end of a path, without blanks around it; empty where there is none."""
    found = first(element, *path) if element is not None else None
    return (found.text or "").strip() if found is not None else ""
