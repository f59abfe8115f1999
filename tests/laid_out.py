"""Documents laid out as the United Nations lay theirs out, of invented text: never the words of a treaty.

They have the articles, paragraphs and items of the law data, so that our records can be set beside them. Each
place bears a word of its own (``word_of``), by which a test sees what was read from where.
"""

import itertools
import json

import typst

from comity.law import packaged_bundle, place_of

SENTENCES = {
    "en": (
        "Every lighthouse keeper counts the extraordinarily numerous seabirds of the northern archipelago,",
        "and the incomprehensible weather of the mountains is written down by an apprentice astronomer,",
        "while the gardeners of the municipality water the tulips of the promenade before the thunderstorm,",
    ),
    "fr": (
        "Chaque gardienne de phare compte les innombrables oiseaux de mer des archipels septentrionaux,",
        "et la météorologie incompréhensible des montagnes est consignée dans les registres officiels,",
        "tandis que les jardiniers de la municipalité arrosent les tulipes de la promenade avant les orages,",
    ),
    "es": (
        "Cada guardián del faro cuenta las innumerables aves marinas del archipiélago septentrional,",
        "y la meteorología incomprensible de las montañas se anota en los registros del observatorio,",
        "mientras los jardineros del municipio riegan los tulipanes del paseo antes de las tormentas,",
    ),
    "ru": (
        "Каждый смотритель маяка пересчитывает многочисленных морских птиц северного архипелага,",
        "а непостижимая погода в горах записывается учениками метеорологической обсерватории,",
        "пока садовники муниципалитета поливают тюльпаны на набережной перед надвигающейся грозой,",
    ),
}
TITLES = {"en": "On lighthouses", "fr": "Des phares", "es": "De los faros", "ru": "О маяках"}
HEADINGS = {"en": "Article", "fr": "Article", "es": "Artículo", "ru": "Статья"}
_NO_DIGITS = str.maketrans("0123456789", "klmnopqrst")
NOTES = {
    "en": "See the almanac of lighthouses.",
    "fr": "Voir l'almanach des phares.",
    "es": "Véase el almanaque de los faros.",
    "ru": "См. альманах маяков.",
}


def names(instrument="uncc"):
    """How the instrument calls itself, by language."""
    held = packaged_bundle().instrument(instrument)
    return {t.language: t.words for t in reversed(held.titles)}


def places(instrument="uncc", articles=None):
    """The paths of each article, in order, with the paragraphs that items stand in."""
    found = {}
    for p in packaged_bundle().provisions_of(instrument):
        place = place_of(p)
        if articles is None or place.article in articles:
            steps = found.setdefault(place.article, set())
            for length in range(1, len(place.path) + 1):
                steps.add(place.path[:length])
    return {number: _in_sequence(paths) for number, paths in sorted(found.items())}


def _in_sequence(paths):
    """Every paragraph from 1 on and every letter from a on: a treaty leaves none out, where our data does."""
    whole = set(paths)
    for path in paths:
        *before, last = path
        if last.isdigit():
            whole |= {(*before, str(n)) for n in range(1, int(last))}
        elif len(last) == 1 and last != "i":
            whole |= {(*before, chr(n)) for n in range(ord("a"), ord(last))}
    return sorted(
        whole, key=lambda path: [(len(step), step) if step.isdigit() else (0, step) for step in path]
    )


def word_of(article, path):
    """The word that stands at one place and nowhere else."""
    # Without digits: lines that differ in numbers alone are alike to who looks for page numbers.
    return "q" + "x".join((str(article), *path)).translate(_NO_DIGITS) + "z"


def said(language, article, path, index):
    sentences = SENTENCES[language]
    first, second = sentences[index % 3], sentences[(index + 1) % 3]
    words = f"{first} {second}".split()
    # No two lines are alike, as in a real text: else they would look like what runs over all pages.
    for at in range(len(words), 0, -3):
        words.insert(at, _made_up(index * 7 + at))
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]} {word_of(article, path)}."


def _made_up(index):
    """A word that nobody uses, another one each time."""
    syllables = ("ka", "lu", "to", "mi", "rén", "sa", "vo", "de", "pi", "ga", "nu")
    letters = [syllables[(index * step + index // 11) % 11] for step in (1, 3, 4, 7, 9)]
    return "".join(letters[: 2 + index % 4])


def title_of(language, number):
    return f"{TITLES[language]} {_made_up(number)}"


def mark_of(language, path):
    last = path[-1]
    if last.isdigit():
        return f"{last}."
    return f"({last})" if language == "en" else f"{last})"


def number_of(language, number):
    return "premier" if (language, number) == ("fr", 1) else str(number)


def plain(language, instrument="uncc", articles=None):
    """The document as plain text, a paragraph a line."""
    lines = [names(instrument).get(language, names(instrument)["en"]), ""]
    index = itertools.count()
    for number, paths in places(instrument, articles).items():
        lines += [f"{HEADINGS[language]} {number_of(language, number)}", title_of(language, number)]
        if not paths:
            lines.append(said(language, number, (), next(index)))
        lines += [f"{mark_of(language, p)} {said(language, number, p, next(index))}" for p in paths]
        lines.append("")
    return "\n".join(lines)


def pdf(language, *, columns=1, instrument="uncc", articles=None, title=None):
    """The document as a PDF: A4, running heads, page numbers, footnotes, divided words, one column or two."""
    name = title or names(instrument).get(language, names(instrument)["en"])
    out = [
        f"#set document(title: {_text(name)})",
        '#set page(paper: "a4", margin: (x: 2.4cm, y: 2.6cm), columns: ' + str(columns) + ",",
        "  header: context [A/RES/99/999 #h(1fr) " + f"#{_text(name)}],",
        "  footer: context [24-12345 #h(1fr) #counter(page).display()/#counter(page).final().at(0)])",
        f'#set text(lang: "{language}", hyphenate: true, size: 10pt)',
        "#set par(justify: true)",
        f"#align(center)[#strong({_text(name)})]",
    ]
    index = itertools.count()
    for number, paths in places(instrument, articles).items():
        heading = f"{HEADINGS[language]} {number_of(language, number)}"
        out.append(f"#align(center)[#strong({_text(heading)}) \\ #emph({_text(title_of(language, number))})]")
        if not paths:
            out.append(f"#par({_text(said(language, number, (), next(index)))})")
        for path in paths:
            at = next(index)
            indent = "2.4em" if path[-1].isalpha() else "0em"
            note = f"#footnote[#{_text(NOTES[language])}]" if at % 11 == 0 else ""
            text = _text(said(language, number, path, at))
            mark = _text(mark_of(language, path))
            out.append(f"#block[#h({indent})#{mark}#h(1em)#{text}{note}]")
    return typst.compile("\n".join(out).encode())


def _text(text):
    return json.dumps(text, ensure_ascii=False)


CHINESE = (
    "联合国打击网络犯罪公约", "第四十条", "灯塔看守人的职责",
    "一、每一位灯塔看守人都应当清点北方群岛上数量众多的海鸟并将结果写入登记簿",
    "二、登记簿应当载明下列内容", "㈠观察的日期和时间", "㈡山区的天气和风向",
    "三、园丁应当在雷雨来临之前给海滨大道上的郁金香浇水",
    "第四十一条", "天文台", "一、见习天文学家应当每周七天每天二十四小时随时可以联络",
)  # fmt: skip
ARABIC = (
    "اتفاقية الأمم المتحدة لمكافحة الجريمة السيبرانية", "المادة ٤٠", "واجبات حارس المنارة",
    "١- يحصي كل حارس منارة طيور البحر في الأرخبيل الشمالي", "٢- يتضمن السجل ما يلي", "(أ) تاريخ المشاهدة",
    "(ب) حالة الطقس في الجبال", "المادة 41", "المرصد", "1- يكون الفلكي المتدرب متاحا في كل ساعة",
)  # fmt: skip


def sheet(lines, language, font):
    """Lines as a PDF of one page; none where the system has no such font to lay them out with."""
    if font not in typst.Fonts().families():
        return None
    side = ", dir: rtl" if language == "ar" else ""
    setting = f'#set page(paper: "a4")\n#set text(lang: "{language}", font: {_text(font)}{side})\n'
    return typst.compile((setting + "\n\n".join(f"#par({_text(line)})" for line in lines)).encode())
