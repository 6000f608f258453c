"""`python -m teamline` is `teamline`."""

from teamline.command_line import main

main()
