"""The pages of a site, read as their reader sees them: tables by caption, rows by the words of their heads."""
import re

from lib_run import Failed
from test_report import Reader


class Page(Reader):
    def __init__(self, path):
        self.captions, self.h1 = [], ""
        with open(path, encoding="utf-8") as f:
            super().__init__(f.read())

    def handle_data(self, data):
        if self.stack and self.stack[-1] == "caption":
            self.captions.append(data)
        if self.stack and self.stack[-1] == "h1":
            self.h1 += data
        super().handle_data(data)

    def rows(self, caption):
        """The rows of the table whose caption begins so: a dict of (text, number) by column."""
        for title, table in zip(self.captions, self.tables):
            if title.startswith(caption):
                names = [cell[0].strip() for cell in table[0]]
                return [{name: (cell[0].strip().replace("\u00a0", " "), cell[1]) for name, cell in zip(names, row)} for row in table[1:]]
        raise Failed("no table \"%s\" among %s" % (caption, self.captions))


def word(text):
    """What stands before the first further element of a cell's text, without marks."""
    return re.sub("^[✓✗◐] ", "", text)
