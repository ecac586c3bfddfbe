"""Roster: the people of a tenant as a CSV file, in (`reading`, `importing`) and out (`export`).

Columns, by their names in either language and in any order: name 姓名, email 邮箱, unit 部门 (names joined by
"/"), role 角色 (several separated by ";"), number 工号. Name and email are needed.
"""
