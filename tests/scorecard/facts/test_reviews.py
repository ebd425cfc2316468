"""Where people look at single recorded inferences."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.reviews import Reviews

CHAT = """
    import { CosmosClient } from "@azure/cosmos";
    import OpenAI from "openai";
    export const SaveMessage = async (row) => { await new CosmosClient("").database("d").container("c").items.upsert(row); };
    export const chat = async (q) => {
        await new OpenAI().chat.completions.create({ model: "m" });
        await SaveMessage({ role: "user", content: q });
    };
"""
READ = """
    import {{ CosmosClient }} from "@azure/cosmos";
    export const {name} = async (id) => new CosmosClient("").database("d").container("c").items.query(id).fetchAll();
"""
PAGE = 'import {{ {name} }} from "./read";\nexport default async function Page() {{ return <p>{{await {name}("1")}}</p>; }}\n'


@pytest.mark.parametrize(
    ("name", "called", "reviewed"),
    [
        ("FindAllChatMessagesForAdmin", True, True),
        ("adminListConversations", True, True),
        ("FindAllChatMessagesForAdmin", False, False),
        ("FindAllChatMessagesForCurrentUser", True, False),
        ("FindAllUsersForAdmin", True, False),
    ],
)
def test_what_reads_everybodys_messages_for_admins_is_a_review(name: str, called: bool, reviewed: bool) -> None:
    files = {"chat.ts": CHAT, "read.ts": READ.format(name=name)}
    if called:
        files["page.tsx"] = PAGE.format(name=name)
    assert bool(Facts(repo(files)).get(Reviews).own) is reviewed
