"""What the field calls two versions beside each other, and the calls by which requests are shared between them."""

import re

from scorecard.patterns import lazily

ARMS = lazily(
    r"(?<![a-z])(?:variants?|canary|challenger|shadow|treatment|ab_?test(?:ing)?|a_b_test|traffic_?(?:split|ratio|percentage|percent|weight)?|rollout|split_ratio|model_[ab]|prompt_[ab]|champion)(?![a-z])|canary_|shadow_|challenger_|_canary|_challenger|_shadow|ab_?test|model_v[12]|variant_|prod(?:uction)?[-_][ab]\b|(?:prompt|model|variant|version)[-_][ab12]\b",
    re.IGNORECASE,
)
CHANCE = (
    "random.random",
    "random.uniform",
    "random.choices",
    "random.choice",
    "random.randint",
    "numpy.random.rand",
    "numpy.random.random",
    "numpy.random.choice",
    "numpy.random.uniform",
    "secrets.randbelow",
    "Math.random",
    "*.Math.random",
    "rand.Float64",
    "rand.Intn",
    "*.random",
)
HASHES = (
    "hashlib.md5",
    "hashlib.sha256",
    "hashlib.sha1",
    "hash",
    "mmh3.hash",
    "zlib.crc32",
    "*.createHash",
    "murmurhash*",
    "xxhash.*",
    "farmhash.*",
)
OFFLINE = lazily(
    r"train|eval|bench|experiment_|split_data|dataset|preprocess|augment|sampl|synthetic|generator|simul|seed|load_?test|locust|mock|fake|demo",
    re.IGNORECASE,
)
