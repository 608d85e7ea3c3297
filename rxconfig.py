"""Reflex: the app's name, its addresses from the settings, its theme; nothing else."""

import reflex as rx
from reflex.constants import StateManagerMode

from bookipi_app.frontend import same_origin_plugin
from bookipi_app.settings import settings
from bookipi_app.themes import LeanThemes

_settings = settings()

config = rx.Config(
    app_name="bookipi_app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    backend_host=_settings.host,
    backend_port=_settings.port,
    cors_allowed_origins=[_settings.public_url],
    api_url=_settings.public_url,
    deploy_url=_settings.public_url,
    # Memory, not Redis, unless several web processes are asked for: a save then survives any outage of Redis.
    state_manager_mode=StateManagerMode.REDIS if _settings.reflex_redis_url else StateManagerMode.MEMORY,
    redis_url=_settings.reflex_redis_url,
    trusted_proxy_hops=_settings.trusted_proxy_hops,
    default_color_mode="system",
    frontend_compression_formats=["gzip"],
    plugins=[
        LeanThemes(
            theme=rx.theme(
                accent_color="indigo",
                gray_color="slate",
                radius="medium",
                scaling="100%",
                panel_background="solid",
            )
        ),
        same_origin_plugin(),
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],  # everything but sign-in is behind a log-in
)
