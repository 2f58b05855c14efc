//! The theme of the random sites: small, with everything by which one output can depend on another.
//!
//! Each text has the number of its revision where readers see it, so that every edit shows.

/// Templates of the theme by name. `REV` is the number of the revision.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", BASE),
    ("footer.html", FOOTER),
    ("meta.html", META),
    ("page.html", PAGE),
    ("long.html", LONG),
    ("section.html", SECTION),
    ("index.html", INDEX),
    ("taxonomy_list.html", TAXONOMY_LIST),
    ("taxonomy_single.html", TAXONOMY_SINGLE),
    ("archive.html", ARCHIVE),
    ("404.html", NOT_FOUND),
    ("components/box.html", BOX),
    ("components/chart.html", CHART),
    ("components/card.html", CARD),
    ("site.css", STYLE),
];

/// Templates that may be there or not; the planner or a look-up asks for them.
pub const OPTIONAL: &[(&str, &str)] = &[
    ("archive.html", ARCHIVE),
    ("404.html", NOT_FOUND),
    ("search.html", SEARCH),
    ("taxonomy_list.html", TAXONOMY_LIST),
    ("tags/single.html", TAGS_SINGLE),
    ("tags/list.html", TAXONOMY_LIST),
    ("authors/single.html", TAGS_SINGLE),
    ("extra.css", "p { order: REV }\n"),
];

const BASE: &str = r#"<html lang="{{ lang }}" dir="{{ text_direction() }}"><title>{{ head.title }}</title>
{% if head.canonical %}<link rel="canonical" href="{{ head.canonical }}">{% endif %}
<meta name="description" content="{{ head.description }}">
<link rel="stylesheet" href="{{ get_url(path="site.css", absolute=false) }}">
{% for s in head.styles %}<link rel="stylesheet" href="{{ s }}">{% endfor %}
{% for a in head.alternates %}<link hreflang="{{ a.lang }}" href="{{ a.url }}">{% endfor %}
{% for f in head.feeds %}<link title="{{ f.title }}" href="{{ f.url }}">{% endfor %}
{% for c in head.cards %}<meta {{ c.attribute }}="{{ c.key }}" content="{{ c.content }}">{% endfor %}
{% if head.json_ld %}<script type="application/ld+json">{{ head.json_ld | safe }}</script>{% endif %}
<nav>{% for item in config.menu %}<a href="{{ item.url }}">{{ item.name }}</a> {% endfor %}</nav>
{% block main %}{% endblock main %}
{% include "footer.html" %}
base REV</html>
"#;

const FOOTER: &str = r#"{% set notice = load_data(path="data/notice.json", required=false) %}
<footer>{{ config.title }} {{ config.copyright }} {{ trans(key="hello") }} {{ theme.options.accent }} {% if notice %}{{ notice.text }}{% endif %} footer REV</footer>
"#;

const META: &str = r#"<p>{{ page.date or "undated" }} {{ page.updated or "" }} {% for a in page.bylines %}{{ a.name }} {{ a.bio or "" }} {{ a.page_url or "" }}, {% endfor %}
{% for t in page.terms?.tags or [] %}<a href="{{ t.url }}">{{ t.name }}</a> {% endfor %} meta REV</p>
"#;

const PAGE: &str = r##"{% extends "base.html" %}
{% block main %}<h1>{{ page.title }}</h1>
{% include "meta.html" %}
{% if page.image %}<img src="{{ page.image.url }}" width="{{ page.image.width or 0 }}" alt="{{ page.image.alt }}">{{ page.image.credit or "" }}
{{ figure(image=page.image, eager=true) }}{% endif %}
{% for h in page.toc %}<a href="#{{ h.id }}">{{ h.title }}</a>{% endfor %}
{{ page.content }}
{% if page.series %}<p>{{ page.series.index }}/{{ page.series.count }} {{ page.series.name }}{% for p in page.series.parts %} <a href="{{ p.url }}">{{ p.title }}</a>{% endfor %}</p>{% endif %}
{% for p in page.related %}<a href="{{ p.url }}">{{ p.title }}</a> {{ p.score }} {{ p.why | join(sep=", ") }}
{% endfor %}
{% for p in page.backlinks %}<a href="{{ p.url }}">{{ p.title }}</a> {% endfor %}
{% for t in page.translations %}<a href="{{ t.url }}">{{ t.name }} {{ t.title }}</a> {% endfor %}
{% if page.lower %}<a href="{{ page.lower.url }}">{{ page.lower.title }}</a>{% endif %}
{% if page.higher %}<a href="{{ page.higher.url }}">{{ page.higher.title }}</a>{% endif %}
{% for f in page.figures %}{{ f.number }} {{ f.url }} {{ f.width or 0 }} {{ f.credit or "" }}{% endfor %}
{% for b in page.breadcrumbs %}<a href="{{ b.url }}">{{ b.title }}</a> {% endfor %}
{{ page.section.title }} {{ page.reading_time }} {{ page.word_count }}
page REV{% endblock main %}
"##;

const LONG: &str = r#"{% extends "page.html" %}
{% block main %}<h1 class="long">{{ page.title }}</h1>
{% set logo = get_image_metadata(path="static/logo.png", allow_missing=true) %}
{% if logo %}{{ logo.width }}x{{ logo.height }} {{ get_url(path="logo.png", cachebust=true) }}
{{ get_hash(path="static/logo.png") }} {{ get_file_hash(path="static/logo.png", sha_type=256) }}
{% set small = resize_image(path="static/logo.png", width=4, height=3, op="fill") %}{{ small.url }}
{{ picture(path="static/logo.png", alt="Logo", sizes="4px") }}{% endif %}
{{ page.content }} {{ page.extra | json_encode | safe }} long REV{% endblock main %}
"#;

const SECTION: &str = r#"{% extends "base.html" %}
{% block main %}<h1>{{ section.title }}</h1>{{ section.content }}
{% for c in section.children %}<a href="{{ c.url }}">{{ c.title }}</a> {{ c.page_count }}{% endfor %}
{% for p in (paginator.pages if paginator is defined else section.pages) %}{{ <card page={p} /> }}{% endfor %}
{% if paginator is defined %}{{ paginator.current_index }}/{{ paginator.number_pagers }} {{ paginator.next_url or "" }}{% endif %}
{% set list = load_data(path="data/list.yaml", required=false) %}{% if list %}{% for x in list %}{{ x }} {% endfor %}{% endif %}
section REV{% endblock main %}
"#;

const INDEX: &str = r#"{% extends "base.html" %}
{% block main %}<h1>{{ section.title }}</h1>{{ section.content }}
{% set posts = get_section(path="posts/_index.md", allow_missing=true) %}
{% if posts %}<h2>{{ posts.title }} {{ posts.page_count }}</h2>{% for p in posts.pages %}{{ p.title }}; {% endfor %}{% endif %}
{% set first = get_page(path="posts/a0.md", allow_missing=true) %}{% if first %}<b>{{ first.title }}</b>{{ first.content }}{% endif %}
{% set lone = get_page(path="notes/a1.md", allow_missing=true) %}{% if lone %}<b>{{ lone.title }}</b>{% endif %}
{% set tags = get_taxonomy(kind="tags", required=false) %}{% if tags %}{% for t in tags.items %}{{ t.name }} {{ t.page_count }}, {% endfor %}{% endif %}
{% set oil = get_taxonomy_term(kind="tags", term="Oil", required=false) %}{% if oil %}{{ oil.page_count }}{% endif %}
{{ get_taxonomy_url(kind="tags", term="Oil", required=false) or "" }}
{% for p in (paginator.pages if paginator is defined else section.pages) %}{{ <card page={p} /> }}{% endfor %}
{% if paginator is defined %}{{ paginator.current_index }}/{{ paginator.number_pagers }} {{ paginator.next_url or "" }}{% endif %}
{% set table = load_data(path="data/table.csv", required=false) %}{% if table %}{{ table.headers | join(sep="|") }}{% for r in table.records %}{{ r | join(sep="|") }}{% endfor %}{% endif %}
index REV{% endblock main %}
"#;

const TAXONOMY_LIST: &str = r#"{% extends "base.html" %}
{% block main %}<h1>{{ taxonomy.title }}</h1>{% for t in terms %}<a href="{{ t.url }}">{{ t.name }}</a> {{ t.page_count }} {% endfor %}
list REV{% endblock main %}
"#;

const TAXONOMY_SINGLE: &str = r#"{% extends "base.html" %}
{% block main %}<h1>{{ term.name }} {{ term.page_count }}</h1>{% if term.author %}{{ term.author.bio or "" }}{% endif %}
{% for p in (paginator.pages if paginator is defined else term.pages) %}{{ <card page={p} /> }}{% endfor %}
single REV{% endblock main %}
"#;

const TAGS_SINGLE: &str = r#"{% for p in (paginator.pages if paginator is defined else term.pages) %}{{ p.title }}; {% endfor %}
own single REV
"#;

const ARCHIVE: &str = r#"{% extends "base.html" %}
{% block main %}{% for y in years %}<a href="{{ y.url }}">{{ y.year }}</a> {{ y.page_count }} {% endfor %}
{% for m in months %}{{ m.date | date(format="%B") }}:{% for p in m.pages %} {{ p.title }}{% endfor %}{% endfor %}
archive REV{% endblock main %}
"#;

const SEARCH: &str = r#"{% extends "base.html" %}
{% block main %}<form action="{{ config.search }}" data-index="{{ index }}"><input name="q"></form> REV{% endblock main %}
"#;

const NOT_FOUND: &str = r#"{% extends "base.html" %}
{% block main %}<h1>404</h1> REV{% endblock main %}
"#;

const BOX: &str = r#"{% component box(title) %}
<div class="box"><b>{{ title }}</b>{% if body is defined %}{{ body | safe }}{% endif %} REV</div>
{% endcomponent box %}
"#;

const CHART: &str = r#"{% component chart(file) %}
{% set data = load_data(path=file) %}<table>{% for r in data.records %}<tr>{% for c in r %}<td>{{ c }}</td>{% endfor %}</tr>{% endfor %}</table> REV
{% endcomponent chart %}
"#;

const CARD: &str = r#"{% component card(page) %}
<h2><a href="{{ page.url }}">{{ page.title }}</a></h2>{{ page.summary }}{{ page.date or "" }} {% for t in page.terms?.tags or [] %}{{ t.name }} {% endfor %}{% if page.image %}{{ page.image.url }}{% endif %} REV
{% endcomponent card %}
"#;

const STYLE: &str = "body { color: {{ theme.options.accent }}; order: REV }\n";
