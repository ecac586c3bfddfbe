"""What growth tells the record. Others may rely on it; a firm's figures are never in it. A file a part of the domain.

Every statement about a firm stands in the firm's tenant; the actor is who did it, wherever they belong.
"""
