"""Data quality: is bad data stopped before it does harm?"""
