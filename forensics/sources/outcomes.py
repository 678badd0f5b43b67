"""Every outcome a suspect may have instead of a picture: a stable code, the words, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from forensics.errors import PictureError

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "AVIF")


@dataclass(frozen=True, slots=True)
class Outcome:
    """``words``: a template of the message. ``damage``: False where the input is sound, only not for us."""

    code: str
    words: str
    damage: bool = True


_ALL = (
    # one picture
    Outcome("picture-empty", "file: it is empty; choose a picture"),
    Outcome("picture-not-an-image", "file: not a picture we can read; use one of {formats}", damage=False),
    Outcome(
        "picture-too-small",
        "size: {width} x {height} px; a picture needs at least {least} px a side",
        damage=False,
    ),
    Outcome("picture-too-large", "size: {size}; {advice}"),
    Outcome(
        "picture-truncated", "file: the {kind} data is cut short or damaged ({why}); get a complete copy"
    ),
    # files and folders
    Outcome("picture-path-missing", "path: {path} does not exist; name a picture or a folder"),
    Outcome("picture-not-a-file", "file: {name} is not a regular file; remove it"),
    Outcome("picture-not-readable", "file: {name} cannot be read ({why}); check its permissions"),
    Outcome("link-leaves-folder", "file: {name} links to a place outside the folder; copy the file into it"),
    Outcome("reader-failed", "file: our reader stumbled over it ({why}); send it to whoever keeps Selvage"),
    # archives
    Outcome("archive-damaged", "file: the {kind} is damaged or cut short ({why}); get a complete copy"),
    Outcome("archive-encrypted", "file: it is locked with a password; unlock it and scan again"),
    Outcome(
        "archive-kind-unknown",
        "file: an archive of a kind we do not open; repack it as ZIP",
    ),
    Outcome("archive-name-unsafe", "name: it climbs out of the archive; rename the member and repack"),
    Outcome("archive-method-unknown", "file: packed in a way we cannot unpack; repack it with deflate"),
    Outcome("archive-bomb", "size: {packed} bytes would unpack to {unpacked}; unpack and check it by hand"),
    Outcome("archive-too-deep", "file: an archive inside {depth} others; unpack it and scan it by itself"),
    Outcome(
        "archive-too-many", "members: {left} of {total} were left out, from {first} on; split the archive"
    ),
    Outcome("archive-too-much", "size: {what} reached the limit of {limit}, the rest was left out; split it"),
    # pages and frames
    Outcome("pdf-damaged", "file: the PDF cannot be opened ({why}); save it again as PDF"),
    Outcome("pdf-page-damaged", "page: it cannot be drawn ({why}); save the PDF again"),
    Outcome("pdf-page-too-heavy", "page: {what}; export the page as a picture of at most {advice}"),
    Outcome("pages-left-out", "pages: those from {first} on were left out; split the file"),
    Outcome(
        "frames-left-out",
        "frames: those from {first} on were not looked at; split the animation",
        damage=False,
    ),
    # listings
    Outcome("listing-unreadable", "file: the listing cannot be read ({why}); save it as CSV in UTF-8"),
    Outcome("listing-no-picture-column", "columns: {found}; name the column of the pictures {names}"),
    Outcome("listing-row-empty", "row: it names no picture; fill in column {column}", damage=False),
    Outcome(
        "listing-leaves-folder",
        "row: {path} is not inside the folder of the listing; move the picture into it",
    ),
    Outcome("listing-picture-missing", "row: there is no file {path} beside the listing; add it"),
    Outcome("listing-too-long", "rows: those from {first} on were left out; split the listing"),
    Outcome(
        "listing-not-followed",
        "file: a listing in a listing or a capture; scan it by itself",
        damage=False,
    ),
    # the web
    Outcome("url-malformed", "url: {why}; write it as https://host/path"),
    Outcome("url-not-allowed", "url: {host} is not on the list of allowed hosts; add it to the list"),
    Outcome("url-address-refused", "url: {host} has a private or reserved address; name a public host"),
    Outcome("url-not-reached", "url: {host} gave no picture ({why}); try again later or download it"),
    Outcome("url-too-large", "url: more than {limit} bytes; download it and scan the file"),
    Outcome("url-too-slow", "url: not complete after {limit} s; download it and scan the file"),
    Outcome("url-not-a-picture", "url: what came is not a picture, PDF or archive; check the address"),
)
OUTCOMES: dict[str, Outcome] = {outcome.code: outcome for outcome in _ALL}


def problem(code: str, **details: object) -> PictureError:
    """The PictureError of an outcome, its words filled in with the details."""
    return PictureError(OUTCOMES[code].words.format(formats=", ".join(FORMATS), **details), code=code)
