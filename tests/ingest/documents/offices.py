"""Letters and tables of offices: XML in a zip."""

import io
import zipfile

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_O = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


def zipped(files: dict[str, bytes | str], *, encrypted: bool = False) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    data = bytearray(held.getvalue())
    if encrypted:  # the sign in each entry and in the directory (APPNOTE 4.4.4)
        for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(mark)
            while at >= 0:
                data[at + place] |= 1
                at = data.find(mark, at + 4)
    return bytes(data)


def docx(body: str, **parts: str) -> bytes:
    """A letter; ``body`` is WordprocessingML."""
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {_W} {_MC}><w:body>{body}</w:body></w:document>",
    }
    files |= {f"word/{name}.xml": f"<w:x {_W}>{said}</w:x>" for name, said in parts.items()}
    return zipped(files)


def paragraphs(*lines: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)


def odt(body: str, manifest: str = "<m/>") -> bytes:
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": manifest,
            "content.xml": f"<office:document-content {_O}><office:automatic-styles>style"
            f"</office:automatic-styles><office:body><office:text>{body}"
            "</office:text></office:body></office:document-content>",
        }
    )


def xlsx(shared: list[str], rows: str) -> bytes:
    strings = "".join(f"<si><t>{said}</t></si>" for said in shared)
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": f"<sst {_S}>{strings}</sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet {_S}><sheetData>{rows}</sheetData></worksheet>",
        }
    )


def pptx(*slides: str) -> bytes:
    files: dict[str, bytes | str] = {"ppt/presentation.xml": "<p/>"}
    for number, said in enumerate(slides, start=1):
        files[f"ppt/slides/slide{number}.xml"] = (
            f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{said}</a:t></a:r></a:p></p:sld>'
        )
    return zipped(files)
