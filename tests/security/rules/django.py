# Planted faults: `make security` proves with them that its rules see. Nothing here is ever run.
import hashlib
import os
import pickle
import random
import subprocess

import requests
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt


def shows(request, name):
    # ruleid: text-stays-text
    one = mark_safe(name)
    # ruleid: text-stays-text
    two = format_html(f"<b>{name}</b>")
    # ok: text-stays-text
    three = format_html("<b>{}</b>", name)
    return one, two, three


def asks(cursor, queryset, name):
    # ruleid: no-sql-of-ones-own
    cursor.execute(f"SELECT 1 FROM athlete WHERE name = '{name}'")
    # ruleid: no-sql-of-ones-own
    cursor.execute("SELECT 1 FROM athlete WHERE name = '%s'" % name)
    # ruleid: no-sql-of-ones-own
    queryset.extra(where=[name])
    # ok: no-sql-of-ones-own
    cursor.execute("SELECT 1 FROM athlete WHERE name = %s", [name])


# ruleid: every-form-has-its-token
@csrf_exempt
def goes_on(request):
    if request.POST:
        # ruleid: only-our-own-site
        return redirect(request.GET["next"])
    # ruleid: only-our-own-site
    return HttpResponseRedirect(request.GET["next"])


def writes(logger, request):
    # ruleid: nothing-said-goes-into-a-log
    logger.warning("odd: %s", request.body)
    # ok: nothing-said-goes-into-a-log
    logger.warning("odd: %s", request.user.pk)


def guesses():
    # ruleid: chance-that-nobody-guesses
    return random.choice("abc")


def runs(data, command):
    # ruleid: nothing-that-runs-what-it-reads
    pickle.loads(data)
    # ruleid: nothing-that-runs-what-it-reads
    os.system(command)
    # ruleid: nothing-that-runs-what-it-reads
    subprocess.run(command, shell=True)
    # ok: nothing-that-runs-what-it-reads
    subprocess.run([command])


def hashes(text):
    # ruleid: no-old-hashes
    return hashlib.md5(text)


def leaves(url):
    # ruleid: out-only-through-the-guard
    requests.get(url)
    # ruleid: tls-is-verified
    requests.Session().get(url, verify=False)
