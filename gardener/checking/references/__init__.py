"""What documents refer to: paths, links, symbols, commands; each judged by guards, and by what git remembers."""
