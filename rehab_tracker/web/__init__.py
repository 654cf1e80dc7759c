"""How browsers and phones are met: answers and refusals, headers, credentials, language, the asset folder."""
