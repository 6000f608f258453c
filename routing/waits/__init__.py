"""How long until a member answers: an estimate that learns from what happens, and from nothing else.

Theory of operation. `floor` knows who waits and what each member does now. `turns` turns a member's present doing into
the callers that this member is expected to have answered by any later moment, from learned `spans` (talks, rings,
pauses) by a renewal equation. `staffing` adds who is expected to sign in and takes away who is expected to leave,
`sisters` adds what sister teams can give. `walk` leads the line through that capacity, place by place, and lets those
ahead give up as `patience` has learned. What comes out is one curve: the place served by any later moment. `promises`
knows how such curves were kept so far (censored by those who gave up), and so turns it into mean and quantiles.

Nothing is fitted beforehand: every figure has a weak prior and is learned from the stream. Pure; numpy and no clock.
"""
