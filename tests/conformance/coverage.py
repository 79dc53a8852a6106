"""Is everything covered? surface.txt lists what Query, its policies and all around them have; waiting.txt
what is not served yet and the piece it waits for. Every entry of the first is covered by a file or waits,
and nothing else is claimed."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def entries(path):
    """{name: what stands behind it}; # begins a comment."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, rest = line.split("#")[0].strip().partition(" ")
        if name:
            found[name] = rest.strip()
    return found


def errors(files, folder=HERE):
    """What is wrong, one line each; `files` are all test files there are."""
    surface, waiting = entries(folder / "surface.txt"), entries(folder / "waiting.txt")
    covered = {}
    for file in files:
        for name in file.covers:
            covered.setdefault(name, file.path.name)
    found = [f"{name} is covered by no file and does not wait: add it to a covers: line"
             for name in surface if name not in covered and name not in waiting]
    found += [f"{name}, covered by {covered[name]}, is not in surface.txt"
              for name in covered if name not in surface]
    found += [f"{name} waits, but {covered[name]} covers it: take it out of waiting.txt"
              for name in waiting if name in covered]
    found += [f"{name} waits, but is not in surface.txt" for name in waiting if name not in surface]
    found += [f"{name} waits, but waiting.txt does not say for what"
              for name, piece in waiting.items() if not piece]
    return found
