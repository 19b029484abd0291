"""Settings: read once from the environment, refused with the name of what is wrong."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from dedup.errors import InvalidSetting
from dedup.settings import PREFIX, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_env({}) == Settings()
    Settings().validate()


def test_the_rest_of_the_environment_is_left_alone() -> None:
    assert Settings.from_env({"PORT": "1", "PATH": "/bin", "wiretwin_port": "2"}) == Settings()


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_has_its_variable(name: str) -> None:
    other = {
        str: lambda value: "debug" if name == "log_level" else value + "x",
        bool: lambda value: not value,
        int: lambda value: value + 1,
        float: lambda value: value / 2 or 1.0,
    }
    default = getattr(Settings(), name)
    value = other[type(default)](default)
    read = Settings.from_env({PREFIX + name.upper(): str(value)})
    assert read == replace(Settings(), **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("WIRETWIN_PORT", "http", "'http' is not a valid int"),
        ("WIRETWIN_PORT", "70000", "70000 is not between 0 and 65535"),
        ("WIRETWIN_WORKERS", "0", "0 is not between 1 and 256"),
        ("WIRETWIN_WORKERS", "", "'' is not a valid int"),
        ("WIRETWIN_BAND_THRESHOLD", "nan", "nan is not between 0.05 and 0.95"),
        ("WIRETWIN_BAND_THRESHOLD", "inf", "inf is not between 0.05 and 0.95"),
        ("WIRETWIN_PROT", "8080", "there is no such setting"),
        ("WIRETWIN_ALLOW_ANONYMOUS", "perhaps", "'perhaps' is not a valid bool"),
        ("WIRETWIN_LOG_LEVEL", "loud", "'loud' is none of debug, info, warning, error"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str, reason: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^{name}: ") as caught:
        Settings.from_env({name: value})
    assert str(caught.value) == f"{name}: {reason}"
    assert caught.value.name == name


def test_a_range_holds_for_settings_made_in_code_too() -> None:
    with pytest.raises(InvalidSetting, match="WIRETWIN_BUCKET_LIMIT"):
        replace(Settings(), bucket_limit=0).validate()


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]
