"""The forms by which a person judges: a pair, a member of a cluster, and taking it back."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dedup.engine import Engine
from dedup.errors import ClusterMoved, NotFound
from dedup.judging import Judging
from service.pages.forms import refuse_foreign_forms
from service.schemas_judgements import ExpelForm, JudgeForm, UndoForm


def install(pages: Blueprint, engine: Engine) -> None:
    """Take the forms; each answers with the page it came from, or what became of that."""
    judging = Judging(engine)

    def back(left: str, right: str, cluster: str | None) -> ResponseReturnValue:
        """To the cluster if it is still there, else to the pair, where it can be undone."""
        try:
            home = cluster if cluster and engine.store.members(cluster) else None
        except ClusterMoved as error:
            home = error.into
        except NotFound:
            home = engine.article(left).cluster_id
            if home is None or home != engine.article(right).cluster_id:
                home = None
        if home is not None:
            return redirect(url_for("pages.cluster", id=home, _anchor="judged"), code=303)
        return redirect(
            url_for("pages.compare", left=left, right=right, _anchor="judged"), code=303
        )

    @pages.post("/judgements", endpoint="judge")
    def judge() -> ResponseReturnValue:
        refuse_foreign_forms()
        form = JudgeForm.model_validate(request.form.to_dict())
        judging.judge(form.left, form.right, form.opinion)
        return back(form.left, form.right, form.cluster)

    @pages.post("/judgements/undo", endpoint="undo_judgement")
    def undo() -> ResponseReturnValue:
        refuse_foreign_forms()
        form = UndoForm.model_validate(
            {
                "left": request.form.getlist("left"),
                "right": request.form.getlist("right"),
                "cluster": request.form.get("cluster"),
            }
        )
        judging.undo(zip(form.left, form.right, strict=True))
        return back(form.left[0], form.right[0], form.cluster)

    @pages.post("/clusters/<id:id>/expel", endpoint="expel")
    def expel(id: str) -> ResponseReturnValue:
        refuse_foreign_forms()
        form = ExpelForm.model_validate(request.form.to_dict())
        made = judging.expel(id, form.article)
        left, right = made[0].pair
        far = right if left == form.article else left
        return back(far, form.article, id)
