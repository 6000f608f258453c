"""What if: a centre as it was, changed in a few places, computed in two ways.

`plan` is what a centre does in its days, `changes` alters it, `quick` answers by formula (Erlang-A, `erlang_a`) and
`simulation` by playing the days through (`calls` draws who comes, `floor` serves them). Nothing here reads a journal,
a clock or a file: the same plan and the same seed give the same answer.
"""
