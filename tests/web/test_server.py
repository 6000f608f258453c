import httpx

from metrics.exporter import Exporter
from routing.decision import Rule
from web.metrics_page import metrics_application
from web.server import WebServer


async def test_prometheus_reads_every_series_from_zero_on_a_real_port() -> None:
    exporter = Exporter("1.2.3")
    server = WebServer(metrics_application(lambda: None, exporter.render, exporter.content_type))
    port = await server.start("127.0.0.1", 0)
    try:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{port}/metrics")
    finally:
        await server.stop()
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert 'teamline_build_info{version="1.2.3"} 1.0' in answer.text
    assert 'teamline_ivr_calls_total{outcome="hung_up"} 0.0' in answer.text
    assert all(f'teamline_decisions_total{{rule="{rule.value}"}} 0.0' in answer.text for rule in Rule)
    assert answer.text.endswith("# EOF\n")
