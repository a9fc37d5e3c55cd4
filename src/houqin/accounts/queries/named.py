"""Whom a table means: a person by user name, or by a name that only one person bears."""

from houqin.accounts.models import User
from houqin.kernel.reading import plain


class Several(KeyError):
    """Several people bear this name."""


class PeopleByWord:
    """Everybody who may sign in, by user name and by name; read once for a table."""

    def __init__(self) -> None:
        people = User.objects.filter(is_active=True).defer("search_text", "search_grams")
        self._of_name: dict[str, list[User]] = {}
        self._of_login: dict[str, User] = {}
        for person in people:
            self._of_login[_key(person.username)] = person
            self._of_name.setdefault(_key(person.full_name), []).append(person)

    def read(self, word: str) -> User:
        """The person. Raises `Several` where more than one is called so, `KeyError` for nobody."""
        key = _key(word)
        if key in self._of_login:
            return self._of_login[key]
        found = self._of_name[key]
        if len(found) > 1:
            raise Several(word)
        return found[0]


def _key(text: str) -> str:
    return plain(text).replace(" ", "").casefold()
