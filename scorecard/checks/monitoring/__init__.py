"""Will you learn of a failure before your users tell you?"""
