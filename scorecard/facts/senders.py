"""Calls that send a message to people: chat, mail, pager, topics, and the functions of the repository around them."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.routes import is_router
from scorecard.patterns import lazily

SENDERS = (
    "*.chat_postMessage", "*.chat_post_message", "*.chat.postMessage", "slack_sdk.webhook.WebhookClient.send",
    "slack_sdk.WebhookClient.send", "slack_sdk.webhook.*.send", "*.sendmail", "smtplib.SMTP.send_message",
    "smtplib.SMTP_SSL.send_message",
    "smtplib.SMTP_SSL", "smtplib.SMTP", "aiosmtplib.send", "sendgrid.*.send", "*.SendGridAPIClient.send",
    "resend.Emails.send", "pymsteams.connectorcard.send", "*.send_raw_email", "apprise.Apprise.notify",
    "*.Apprise.notify",
    "pypd.*", "pdpyras.*", "*.EventsAPISession.trigger", "opsgenie_sdk.*", "telegram.Bot.send_message",
    "*.SlackWebhook.notify", "*.SlackWebhook.load().notify", "*.send_slack_message", "django.core.mail.send_mail",
    "*.mail_admins", "yagmail.SMTP.send", "discord_webhook.DiscordWebhook", "discord.Webhook.from_url",
    "Slack.Notifier", "Slack.Poster", "Slack.Notifier.ping", "nodemailer.createTransport", "*.sendMail",
    "@slack/webhook.IncomingWebhook", "@slack/web-api.WebClient",
    "twilio.*.create", "*.trigger_incident", "wandb.alert", "wandb.*.alert",
)  # fmt: skip
_POSTS = (
    "requests.post",
    "httpx.post",
    "httpx.*.post",
    "aiohttp.*.post",
    "*.session.post",
    "urllib.request.Request",
    "urllib.request.urlopen",
    "*.post",
    "fetch",
    "axios.post",
    "*.PostAsJsonAsync",
    "*.PostAsync",
)
_CHANNEL = lazily(
    r"slack|webhook|teams|discord|pagerduty|opsgenie|telegram|mattermost|google_?chat|alertmanager|ntfy|feishu|"
    r"dingtalk|lark|wecom|pushover",
    re.IGNORECASE,
)
_TOLD = lazily(r"(?:^|[._])(?:notif(?:y|ication)s?|alert(?:ing)?s?)_?(?:url|hook|endpoint)$", re.IGNORECASE)
_VARIABLE = lazily(r"(?:environ(?:\.get)?|getenv|ENV|GetEnvironmentVariable)[\[(]\s?[\"'](\w{3,80})[\"']")
_LOGIN = lazily(r"token|oauth|authori[sz]|login|refresh", re.IGNORECASE)
HEARTBEAT = lazily(
    r"hc-ping\.com|healthchecks\.io|cronitor\.(?:io|link)|nosnch\.in|betteruptime\.com/api|"
    r"uptime\.betterstack\.com/api|heartbeat\.uptimerobot"
)
_TOPIC = lazily(
    r"alert|alarm|notif|monitor|ops(?:_|$)|incident|on_?call|email|drift|fail|degrad|drop|unhealthy|breach",
    re.IGNORECASE,
)
_TRAINING = lazily(r"(?:^|[/_.-])(?:eval|evals|bench\w*|experiments?|examples?)(?:[/_.-]|$)", re.IGNORECASE)


def senders(code: Code) -> Iterator[Hit]:
    seen: set[tuple[str, str]] = set()
    for hit in (*code.calls(*SENDERS), *_channel_posts(code), *_topics(code)):
        if is_operational(hit.path) and not _TRAINING.search(hit.path) and (hit.path, hit.scope) not in seen:
            seen.add((hit.path, hit.scope))
            yield hit


def _channel_posts(code: Code) -> Iterator[Hit]:
    """HTTP posts to a chat or pager, known by the address or by the name of what holds it."""
    for hit in code.calls(*_POSTS):
        if hit.call is None or is_router(hit.call.on):
            continue
        words = (*hit.call.args[:2], hit.call.kwarg("url", "webhook_url") or "", hit.call.on, *_held_address(code, hit))
        if any(_LOGIN.search(word) for word in (*words, hit.scope)):
            continue
        addressed = any(_CHANNEL.search(word) or _TOLD.search(word) for word in words if len(word) < 200)
        if addressed or (hit.call.last == "post" and _names_a_channel(hit)):
            yield hit


def _held_address(code: Code, hit: Hit) -> list[str]:
    """The variable of the environment that is given as the address on the line of the call."""
    return _VARIABLE.findall(code.line(hit.path, hit.line))[:1]


def _names_a_channel(hit: Hit) -> bool:
    """Do the function's name and a string in it both name a chat or pager?"""
    texts = (t.value for t in hit.source.texts_of(hit.scope))
    return bool(hit.scope and _CHANNEL.search(hit.scope)) and any(_CHANNEL.search(text) for text in texts)


def _topics(code: Code) -> Iterator[Hit]:
    """Amazon's SNS and SES."""
    for hit in code.calls("*.publish", "*.send_email", "*.PublishCommand", "*.SendEmailCommand"):
        if hit.call is None:
            continue
        mail = hit.call.kwarg("Source", "FromEmailAddress", "Destination") is not None
        topic = hit.call.kwarg("TopicArn", "TargetArn")
        words = " ".join((topic or "", hit.scope, hit.path.rpartition("/")[2], hit.call.kwarg("Subject") or ""))
        if mail or ((topic is not None or "sns" in hit.call.on.lower()) and _TOPIC.search(words)):
            yield hit  # a topic may as well carry the application's own messages


def callers(code: Code, hit: Hit) -> list[Hit]:
    """Calls of the function or method that sends."""
    own = hit.scope.rpartition(".")[2]
    if own in ("", "__init__", "main", "run", "send", "post", "execute", "handler", "__call__"):
        own = hit.scope.partition(".")[0] if own in ("send", "__init__", "post", "execute", "__call__") else ""
    if not own:
        return []
    found = code.calls(own, f"*.{own}")
    return [h for h in found if is_operational(h.path) and h.scope != hit.scope]
