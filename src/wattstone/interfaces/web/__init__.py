"""The application in the browser: pages over the same workflows as the command line and the API.

A page is one template and one route. The whole recipe of a new one:

1. ``web/pages/water.py``, which the router finds by itself::

    from typing import Any

    from starlette.responses import Response

    from wattstone.base import InputRefused
    from wattstone.interfaces.present.languages import mark
    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.web.kit import Form, action, chart, go, page, render, words
    from wattstone.workflows.access.policy import Act

    @page("/water", name="water", place="action", tab=mark("Water"), title=mark("Water"), act=Act.READ, order=70)
    def water(here: Here, q: str = "") -> Response:
        return _shown(here, q)

    @action("/water/close", act=Act.DECIDE, page="water")               # POST; the CSRF token is checked before
    def close(here: Here, form: Form) -> Response:
        leak = str(form.get("leak") or "")
        try:
            workflows.water.close(here.workspace, leak)
        except InputRefused as refused:                                  # nothing typed is lost
            return _shown(here, leak=leak, findings=refused.findings, fields=("leak",), status=422)
        t = words(here)
        return go(here, "/water", said=t("The leak is closed."))

    def _shown(here: Here, q: str = "", leak: str = "", **more: Any) -> Response:
        found = workflows.water.leaks(here.workspace, query=q)          # nothing is computed here
        return render(here, "pages/water.html.j2", found=found, drawing=_drawn(found), leak=leak, **more)

    @chart("/water/charts/{key}", act=Act.READ)                          # .json .csv .svg .png of one Drawing
    def water_chart(here: Here, key: str) -> Drawing: ...

2. ``web/templates/pages/water.html.j2``::

    {% extends "shell.html.j2" %}
    {% import "kit.html.j2" as kit with context %}
    {% block main %}
    {{ kit.problems() }}
    <p class="sentence">{{ kit.woven(found.sentence) }}</p>
    {{ kit.chart(drawing, link("/water/charts/leaks")) }}
    {{ kit.table(found.table, csv=link("/water.csv")) }}
    {{ kit.empty(t("No leak is known."), t("Begin with a night of readings."), link("/data"), t("Load readings")) }}
    {% endblock %}

Every handler takes ``here``: it stands for the organisation, who asks, and the guarded workspace; the route's act is
checked before the handler runs, and there is no way to register a route without one. What a handler takes besides is
FastAPI's: parameters of the path and of the query, `request`, dependencies, and `Form` for what was sent. A plain
``def`` runs in a thread; only what takes files in as they come is an ``async def``.

Pages outside any organisation (sign-in, errors) are routers of their own in a module's ``router``, by `entry.bare`.
What renews itself is a `@part` that answers with `fragment(...)`, shown by ``<div data-live="ADDRESS">``.

In a template: ``t("words {x}", x=1)``, ``n("{count} site", "{count} sites", 3)``, ``link("/path", q="a")`` (an address
inside the organisation), ``static("map.js")``, ``evidence(figure)``, ``here``, ``may("run")``, filters ``amount``,
``three``, ``every``, ``percent``, ``day``, ``moment``. Scripts and styles are files in ``web/static``; a page names its
own in ``{% block scripts %}``. There is no inline script and no inline style: the browser would refuse both.
"""
