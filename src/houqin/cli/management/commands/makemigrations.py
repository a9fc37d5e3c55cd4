"""Django's `makemigrations`, comparing states without their wording."""

from django.core.management.commands.makemigrations import Command as Command

from houqin.kernel.migrations import leave_wording_out

leave_wording_out()
