"""A page's form as a browser would send it: every field with what stands in it, also of boxes, lists and long texts."""

from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


class Fields(HTMLParser):
    """The fields of the form of many questions on a page, ``found`` by name, each with all its values."""

    def __init__(self, text: str, beginning: str = '<form method="post" class="asks') -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._in = ""
        self.feed(text.split(beginning)[1].split("</form>")[0])

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        told = dict(attributes)
        name, value = told.get("name") or "", told.get("value") or ""
        if tag == "input" and (told.get("type") not in ("radio", "checkbox") or "checked" in told):
            self.found.setdefault(name, []).append(value)
        elif tag in ("select", "textarea"):
            self._in, self.found[name] = name, [""]
        elif tag == "option" and "selected" in told:
            self.found[self._in] = [value]

    def handle_data(self, data: str) -> None:
        if self._in and self.lasttag == "textarea":
            self.found[self._in] = [data]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._in = ""
