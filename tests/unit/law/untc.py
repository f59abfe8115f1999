"""Lists as the depositary's site gives them: MADE for these tests, after what public readers use.

No line of them is copied from the UN Treaty Collection; States and days are examples.
"""

TITLE = "16. United Nations Convention against Cybercrime; Strengthening International Cooperation"
TAB = "\t"

ROWS = (
    ("Algeria", f"25 Oct{TAB} 2025 ", ""),
    ("Azerbaijan&lt;superscript&gt;1&lt;/superscript&gt;", f"25 Oct{TAB} 2025 ", f" 3 Mar{TAB} 2026 "),
    ("Czech Republic", f"25 Oct{TAB} 2025 ", ""),
    ("European Union<superscript>2</superscript>", f"25 Oct{TAB} 2025 ", f"10 Nov{TAB} 2026 AA"),
    ("Iran (Islamic Republic of)", f"25 Oct{TAB} 2025 ", f"[20 Jan{TAB} 2026 A]"),
    ("Côte d'Ivoire", f"25 Oct{TAB} 2025 ", f"12 Feb{TAB} 2026 A"),
    ("Qatar", f"25 Oct{TAB} 2025 ", f"[ 1 Feb{TAB} 2026 ]  5 Mar{TAB} 2026 "),
    ("State of Palestine", f"25 Oct{TAB} 2025 ", ""),
    ("United States of America", "", f" 7 Jul{TAB} 2026 a"),
)


def listed(
    rows=ROWS, *, title=TITLE, signatories=None, parties=None, extra="", header=True, encoding="ISO-8859-1"
):
    """One list, as bytes in the encoding that the site declares."""
    signed = sum(bool(r[1].strip()) and not r[1].strip().startswith("[") for r in rows)
    joined = sum(bool(_unbracketed(r[2])) for r in rows)
    head = (
        "<Thead><Rows><Row><Entry>Participant</Entry><Entry>Signature</Entry>"
        "<Entry>Acceptance(A), Ratification, Approval(AA), Accession(a)</Entry></Row></Rows></Thead>"
        if header
        else ""
    )
    body = "".join(f"<Row><Entry>{a}</Entry><Entry>{b}</Entry><Entry>{c}</Entry></Row>\n" for a, b, c in rows)
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<MTDSG><Chapter><Header>CHAPTER XVIII</Header>'
        f"<Name>PENAL MATTERS</Name></Chapter><Treaty><ExternalData><Titlesect>{title}</Titlesect>"
        "<Conclusion>New York, 24 December 2024</Conclusion><EIF><Labeltext>not yet</Labeltext></EIF>"
        f"<Status><Signatories>{signed if signatories is None else signatories}</Signatories>"
        f"<Parties>{(joined or '') if parties is None else parties}</Parties></Status></ExternalData>"
        f"<Participants><Table><TGroup>{head}<Tbody><Rows>{body}</Rows></Tbody></TGroup></Table></Participants>"
        f"{extra}</Treaty></MTDSG>"
    )
    return text.encode(encoding)


def _unbracketed(cell):
    while "[" in cell:
        before, _, rest = cell.partition("[")
        cell = before + rest.partition("]")[2]
    return cell.strip()


DECLARATIONS = (
    "<Declarations><Declaration><Participant>Algeria</Participant>"
    '<Text type="para">An example of a text.</Text></Declaration></Declarations>'
    "<Objections><Objection><Participant>Czech Republic</Participant></Objection></Objections>"
    "<TerritorialApplications><Application><Participant>Qatar</Participant></Application>"
    "</TerritorialApplications>"
)

MAINTENANCE = (
    b"<!DOCTYPE html>\n<html><body><h1>We apologise: urgent maintenance is under way</h1></body></html>"
)
PAGE = b"<html><head><title>UNTC</title></head><body>View details</body></html>"

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">'
    b'<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;">]><MTDSG>&lol3;</MTDSG>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE MTDSG [<!ENTITY x SYSTEM "file:///etc/passwd">]><MTDSG>&x;</MTDSG>'
OUTSIDE_DTD = b'<?xml version="1.0"?><!DOCTYPE MTDSG SYSTEM "http://127.0.0.1:9/x.dtd"><MTDSG/>'
BARE_DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE MTDSG><MTDSG/>'
