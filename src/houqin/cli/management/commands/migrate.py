"""Django's `migrate`, comparing states without their wording."""

from django.core.management.commands.migrate import Command as Command

from houqin.kernel.migrations import leave_wording_out

leave_wording_out()
