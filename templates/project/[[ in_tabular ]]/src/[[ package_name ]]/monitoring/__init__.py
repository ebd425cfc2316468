"""The monitoring pipeline: drift, quality against outcomes, cost, and the page that shows them."""
