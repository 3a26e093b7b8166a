"""The report of a night for people: one record, drawn as a page of HTML and as Markdown."""
