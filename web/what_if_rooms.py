"""The what-if page and its API, for one router."""

from collections.abc import Callable

from fastapi import APIRouter

from routing.centre import Centre
from web.what_if import what_if
from web.what_if_job import WhatIfJob
from web.what_if_page import what_if_page
from web.who import Door


def what_if_rooms(job: WhatIfJob, centre: Callable[[], Centre], door: Door) -> tuple[APIRouter, APIRouter]:
    """The API over this job, and the page that asks it."""
    return what_if(job, centre, door), what_if_page(centre, door)
