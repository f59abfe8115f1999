"""Acts as letters on paper, for an authority that has no node, and for the file; sheets on the law data.

Promises: ``render`` turns a ``Letter`` into a PDF that is the same bytes every time, can be read aloud
(PDF/UA-1), and says of itself that it only renders a signed act. A ``Sheet`` renders no act.
Leaves to others: what the letter says (``app`` fills it from an act), signing the PDF, sending it.
"""

from comity.letters.court_page import as_html as court_page_html
from comity.letters.court_page import as_pdf as court_page_pdf
from comity.letters.letter import Letter, Office, Paragraph, Section, Signer, render
from comity.letters.sheet import Part, Sheet, Table, as_markdown, as_pdf

__all__ = [
    "Letter",
    "Office",
    "Paragraph",
    "Part",
    "Section",
    "Sheet",
    "Signer",
    "Table",
    "as_markdown",
    "as_pdf",
    "court_page_html",
    "court_page_pdf",
    "render",
]
