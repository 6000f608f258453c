"""A part of the API or a page, as a feature hands it over to be put into the application."""

from fastapi import APIRouter

Room = APIRouter
