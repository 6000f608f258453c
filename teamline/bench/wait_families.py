"""Families of invented days that differ in everything a wait depends on."""

from teamline.bench.invented_days import Family, gamma, lognormal, weibull

FAMILIES = (
    Family("pairs", (2, 2, 3, 3), gamma(420, 0.5), 420, weibull(500, 1.5), 1.0, wrap_up_seconds=30),
    Family(
        "hall",
        (25, 18),
        lognormal(150, 1.4),
        150,
        weibull(300, 0.8),
        1.05,
        shifts=((7, 12), (9, 15), (12, 17)),
        rota=((0,), (1,), (2,), (0, 2)),
        wrap_up_seconds=5,
        peak=1.4,
    ),
    Family(
        "neighbours",
        (6, 5, 9, 4),
        lognormal(240, 0.8),
        240,
        lognormal(420, 1.0),
        0.95,
        wrap_up_seconds=20,
        urgent=0.08,
        reach=45,
    ),
    Family(
        "late risers",
        (8, 5, 12),
        gamma(300, 1.0),
        300,
        weibull(900, 1.0),
        1.1,
        shifts=((8, 13),),
        rota=((0,),),
        late=lambda chance: chance.uniform(0, 1500),
        after_talk=0.25,
        break_chance=0.9,
        peak=1.3,
    ),
)
