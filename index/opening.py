"""A folder -> the catalog of the library in it; a folder without one becomes a library."""

from __future__ import annotations

from pathlib import Path

from .catalog import Catalog
from .copies import Copies
from .embed import Embedder, load_embedder
from .errors import LibraryDamaged
from .lock import WriterLock
from .manifest import Manifest, check_format, make_manifest, manifest_json, read_manifest, write_manifest
from .settings import REBUILD_COMMAND, Settings


def open_or_create(folder: Path, settings: Settings, embedder: Embedder | None, *, rebuild: bool, wait: float) -> Catalog:
    """The catalog of the library in `folder`; a folder without one becomes a library. The manifest is written last."""
    path = folder / "catalog.sqlite"
    manifest = _readable_manifest(folder) if rebuild else read_manifest(folder)
    if manifest is not None:
        check_format(folder, manifest)
    if manifest is not None or (rebuild and path.is_file()):
        return Catalog.open(path)
    folder.mkdir(parents=True, exist_ok=True)
    with WriterLock(folder).held(wait):
        if read_manifest(folder) is not None:  # another process was faster
            return Catalog.open(path)
        catalog = Catalog.create(path)
        if catalog.reports():
            raise LibraryDamaged(file=folder / "manifest.json", detail="the file is missing", command=REBUILD_COMMAND)
        model = embedder or embedder_of(settings)
        dimension = 0 if model is None else model.dimension
        made = make_manifest(settings, "" if model is None else model.name, dimension)
        catalog.describe(manifest_json(made), dimension)
        Copies.create(folder, catalog, catalog.epoch(), dimension).close()
        write_manifest(folder, made)
    return catalog


def _readable_manifest(folder: Path) -> Manifest | None:
    """For a rebuild, which writes it anew: a damaged one is no obstacle."""
    try:
        return read_manifest(folder)
    except LibraryDamaged:
        return None


def embedder_of(settings: Settings) -> Embedder | None:
    return load_embedder(settings.embedding_model, settings.device, settings.batch_size)
