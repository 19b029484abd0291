"""``/v1/clusters``: groups of copies."""

from __future__ import annotations

from dedup.engine import Engine
from dedup.store.values import ClusterQuery
from service import answers_clusters, present_clusters
from service.openapi import CLUSTERS, Calls, moved, refusals
from service.present import Json
from service.schemas import ClusterPath, ClustersQuery, SynopsisQuery

_MERGED = "The cluster was merged; Location is the surviving one."


def make_clusters(engine: Engine) -> Calls:
    """The calls that read clusters."""
    api = Calls("clusters", __name__, url_prefix="/v1/clusters", abp_tags=[CLUSTERS])

    @api.get("", responses={200: answers_clusters.Clusters, **refusals(422)})
    def list_clusters(query: ClustersQuery) -> Json:
        """Clusters page by page.

        `next_cursor` is null on the last page.
        """
        return present_clusters.clusters(engine.clusters(ClusterQuery(**query.model_dump())))

    @api.get(
        "/<id:id>",
        responses={200: answers_clusters.Cluster, **moved(_MERGED), **refusals(404, 422)},
    )
    def get_cluster(path: ClusterPath) -> Json:
        """A cluster with its members and edges, and what stands beside it."""
        return present_clusters.cluster(engine.cluster(path.id))

    @api.get(
        "/<id:id>/synopsis",
        responses={200: answers_clusters.Synopsis, **moved(_MERGED), **refusals(404, 422)},
    )
    def get_synopsis(path: ClusterPath, query: SynopsisQuery) -> Json:
        """The sentences of the story side by side: a row per sentence, a cell per member."""
        return present_clusters.synopsis(engine.synopsis(path.id, query.base, query.columns))

    return api
