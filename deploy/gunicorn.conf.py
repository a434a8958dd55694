"""How gunicorn serves the marketplace; WORKERS, THREADS and BIND may be set by environment."""

import os

wsgi_app = "marketplace.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", str(min(2 * (os.cpu_count() or 1), 8))))
threads = int(os.environ.get("THREADS", "4"))
# A paper with a long annex takes a quarter of a minute to lay out on a slow machine.
timeout = 120
graceful_timeout = 60
# Layout of papers leaves memory behind: a worker is renewed now and then, not all at once.
max_requests = 2000
max_requests_jitter = 400
accesslog = "-"
