"""Addresses of what people read. Its acts are those of the houses below, so it adds nothing to the API."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from django.views.generic import TemplateView

from pages.views import brand, cards, contests, home, machines, people, proposals, search

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("contests/", contests.contests, name="contests"),
    path("contests/<slug:slug>/", contests.contest, name="contest"),
    path("contests/<slug:slug>/proposals/", proposals.contest_proposals, name="contest_proposals"),
    path("contests/<slug:slug>/calendar.ics", contests.contest_calendar, name="contest_calendar"),
    # The id finds the proposal for good; the words behind it are for people and may change with the title.
    re_path(r"^proposals/(?P<ref>[0-9]{1,18}(?:-[-a-zA-Z0-9_]*)?)/$", proposals.proposal, name="proposal"),
    path("people/<slug:handle>/", people.profile, name="profile"),
    path("me/", people.me, name="me"),
    path("search/", search.search, name="search"),
    path("help/", TemplateView.as_view(template_name="help.html"), name="help"),
    path("about/", TemplateView.as_view(template_name="about.html"), name="about"),
    path("styleguide/", TemplateView.as_view(template_name="styleguide.html"), name="styleguide"),
    path("brand.css", brand.brand_css, name="brand_css"),
    path("brand/logo.webp", brand.brand_logo, name="brand_logo"),
    path("brand/icon.svg", brand.icon_svg, name="icon_svg"),
    path("brand/icon-192.png", brand.icon_png, {"side": 192}, name="icon_192"),
    path("brand/icon-512.png", brand.icon_png, {"side": 512}, name="icon_512"),
    path("apple-touch-icon.png", brand.icon_png, name="apple_touch_icon"),
    path("favicon.ico", brand.favicon, name="favicon"),
    path("manifest.webmanifest", brand.manifest, name="manifest"),
    path("card.png", cards.site_card, name="site_card"),
    path("contests/<slug:slug>/card.png", cards.contest_card, name="contest_card"),
    path("proposals/<int:pk>/card.png", cards.proposal_card, name="proposal_card"),
    path(".well-known/security.txt", machines.security_txt, name="security_txt"),
    path(".well-known/change-password", machines.change_password, name="change_password"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
]

api_patterns: list[URLPattern] = []
