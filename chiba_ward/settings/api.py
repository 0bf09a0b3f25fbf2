"""The API for systems: JSON only, tokens only, one form of error (docs/adr/0017-api.md)."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["chiba_ward.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["chiba_ward.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["chiba_ward.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "chiba_ward.api.schema.PortalSchema",
    "EXCEPTION_HANDLER": "chiba_ward.api.problems.handle",
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "千葉市 区役所ポータル API",
    "DESCRIPTION": "業務システムやRPAから、窓口と同じ規則で相談を受け付け、読み、動かすための入口です。"
    "使い方は docs/api.md にあります。エラーは application/problem+json (RFC 9457) で返します。",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "PREPROCESSING_HOOKS": ["chiba_ward.api.schema.api_routes_only"],
    "POSTPROCESSING_HOOKS": ["chiba_ward.api.schema.with_problems"],
    "TAGS": [
        {"name": "相談", "description": "受け付ける、さがす、読む、動かす"},
        {"name": "つなぎ", "description": "ほかの窓口に渡す、受けて答える"},
        {"name": "状況", "description": "受付番号と合言葉で答える（電話応答、キオスク）"},
        {"name": "基本の情報", "description": "区、課・機関、分野、選べることば"},
        {"name": "連携の通知", "description": "出来事を知らせる先（Webhook）"},
        {"name": "このトークン", "description": "だれとして、何ができるか"},
    ],
}
