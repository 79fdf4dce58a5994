"""The corpus, importable; one server to copy; each case's repositories, made once a process."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from corpus import base, disk
from corpus.case import Attack, Case
from corpus.everything import CASES
from corpus.forge import Forge


@dataclass(frozen=True)
class Built:
    """One case on disk. ``client`` holds the attack as its branch, forced in."""

    case: Case
    forge: Forge
    attack: Attack
    client: Path
    template: Path
    home: Path

    def serve(self, folder):
        """Return a server of its own, as the case wants it."""
        return disk.serve(self.template, folder / "server.git", self.case.server, self.home)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def template(tmp_path_factory, home):
    return disk.template(tmp_path_factory.mktemp("template") / "server.git", home)


@pytest.fixture(scope="session")
def build(tmp_path_factory, template, home):
    """Return the function that makes a case's repositories, or gives those it made before."""
    made = {}

    def build(name):
        if name not in made:
            case, forge = CASES[name], base.on_top()
            attack = case.attack(forge)
            client = tmp_path_factory.mktemp("case") / "client.git"
            disk.bare(client, forge.pile, borrow=template)
            if attack.tip:
                disk.set_ref(client, base.BRANCH, attack.tip)
            made[name] = Built(case, forge, attack, client, template, home)
        return made[name]

    return build
