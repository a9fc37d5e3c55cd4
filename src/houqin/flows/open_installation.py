"""Open an empty installation: its first administrator, its name, the holidays of two years, a catalogue.

Writes: accounts (person, role, password), org (organisation, calendar), and with the starter
catalogue staffing, work and desk.
"""

from houqin.accounts.actions import first_administrator
from houqin.accounts.models import User
from houqin.flows.take_starter_catalogue import take_starter_catalogue
from houqin.kernel import clock
from houqin.kernel.flow import flow
from houqin.kernel.reading import plain
from houqin.org.actions import calendars
from houqin.org.queries.organisation import organisation


@flow
def open_installation(
    *,
    organisation_name: str,
    username: str,
    full_name: str,
    email: str,
    password: str,
    language: str,
    starter: bool = False,
) -> User:
    """Return the first administrator; this year's and next year's holidays are filled in.

    With `starter` the starter catalogue is taken, so that something can be reported at once.

    Raises `Refused` once anybody is there, and `Invalid` for a wrong fact or a weak password.
    """
    person = first_administrator.create(
        username=username, full_name=full_name, email=email, password=password, language=language
    )
    house = organisation()
    if plain(organisation_name):
        house.name = plain(organisation_name)[:80]
        house.name_en = ""
        house.save(update_fields=["name", "name_en"])
    for year in (clock.today().year, clock.today().year + 1):
        calendars.fill_year(year=year)
    if starter:
        take_starter_catalogue(by=person)
    return person
