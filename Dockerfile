# One image for every process: `bookipi web`, `webhooks`, `worker`, `timers`, `migrate`. compose.yaml starts them.
FROM python:3.13-slim

RUN useradd --create-home --uid 10001 bookipi
WORKDIR /app
COPY --chown=bookipi:bookipi . .
# Packages at the tested versions. Node for the build of the pages comes with them.
RUN pip install --no-cache-dir --constraint constraints.txt --editable . && chown bookipi:bookipi /app
USER bookipi
# What npm brought is for the build alone.
RUN bookipi build && rm -rf .web ~/.npm

ENV BOOKIPI_HOST=0.0.0.0 BOOKIPI_ENV=production PYTHONUNBUFFERED=1
EXPOSE 3000
CMD ["bookipi", "web"]
